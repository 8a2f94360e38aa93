/* Succeeds where the kernel offers Landlock to this process. */
#include "../unit/landlock.h"

int main(void)
{
	return has_landlock() ? 0 : 1;
}
