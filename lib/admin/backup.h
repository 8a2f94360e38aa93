#ifndef ADMIN_BACKUP_H
#define ADMIN_BACKUP_H

/* For how many days a copy of the database may lie anywhere (rule P8), so long ones are kept. */
enum { BACKUP_KEPT_DAYS = 30 };

#endif
