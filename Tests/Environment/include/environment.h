#ifndef CNN_TEST_ENVIRONMENT_H
#define CNN_TEST_ENVIRONMENT_H

#include "trace.h"

/// The folder that everything goes into which tests write. It is made before `main` begins and deleted when the process
/// ends. Processes that tests start share it.
const char *cnn_test_folder(void);

#endif
