/*
 * Stands in for a family's executable where a suite is about nginx: says what reached it.
 *
 * Listens where conf/run's configuration has the executables listen. By the end of the path:
 *	/big    answers 1,000,000 bytes
 *	/slow   answers after six seconds
 *	else    answers each parameter as a line NAME=VALUE, then the length of the body as BODY=
 */
#include <fcgiapp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void answer(FCGX_Request *request)
{
	const char *uri = FCGX_GetParam("REQUEST_URI", request->envp);
	const char *last = uri ? strrchr(uri, '/') : NULL;
	char chunk[10000];
	long length = 0;
	int got;

	while ((got = FCGX_GetStr(chunk, sizeof(chunk), request->in)) > 0)
		length += got;
	FCGX_FPrintF(request->out, "Content-Type: text/plain\r\n\r\n");
	if (last && strcmp(last, "/big") == 0) {
		memset(chunk, 'b', sizeof(chunk));
		for (int i = 0; i < 100; i++)
			FCGX_PutStr(chunk, sizeof(chunk), request->out);
		return;
	}
	if (last && strcmp(last, "/slow") == 0)
		sleep(6);
	for (char **parameter = request->envp; *parameter; parameter++)
		FCGX_FPrintF(request->out, "%s\n", *parameter);
	FCGX_FPrintF(request->out, "BODY=%ld\n", length);
}

int main(void)
{
	FCGX_Request request;
	int listener;

	signal(SIGPIPE, SIG_IGN);
	listener = FCGX_Init() == 0 ? FCGX_OpenSocket("sockets/sync.sock", 64) : -1;
	if (listener < 0 || FCGX_InitRequest(&request, listener, 0) != 0)
		return EXIT_FAILURE;
	while (FCGX_Accept_r(&request) == 0) {
		answer(&request);
		FCGX_Finish_r(&request);
	}
	return EXIT_FAILURE;
}
