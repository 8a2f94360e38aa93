#include "family/families.h"

const char *const family_names[FAMILIES] = {"leaderboard", "stats", "sync"};

void families_read(const char *folder, struct family_metrics families[FAMILIES])
{
	for (int i = 0; i < FAMILIES; i++) {
		families[i].name = family_names[i];
		families[i].is_up = metrics_read(folder, family_names[i], &families[i].metrics);
	}
}
