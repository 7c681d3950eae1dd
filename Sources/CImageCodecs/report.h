// What a decoder says is wrong.
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "CImageCodecs.h"

static inline int picture_fault(struct picture_report *report, int status, const char *reason) {
  snprintf(report->reason, sizeof report->reason, "%s", reason);
  return status;
}

#endif
