/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notify.h - tells the service manager what the server does (sd_notify(3)); without one, nothing. */
#ifndef XS_SERVE_NOTIFY_H
#define XS_SERVE_NOTIFY_H

/* "READY=1", "STOPPING=1", "RELOADING=1"; the last with the time that it asks for. */
void xs_notify(const char *state);

#endif
