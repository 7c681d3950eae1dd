#pragma once

#include "cnn_kernel.h"
#include "cnn_pool.h"
#include "cnn_siphash.h"

/* The registry: one line a kernel. */
#include "../kernels/border.h"
#include "../kernels/convolution.h"
#include "../kernels/depthwise.h"
#include "../kernels/elementwise.h"
#include "../kernels/frame.h"
#include "../kernels/gather.h"
#include "../kernels/global_pooling.h"
#include "../kernels/keyed_sum.h"
#include "../kernels/linear.h"
#include "../kernels/lrn.h"
#include "../kernels/pack.h"
#include "../kernels/peak.h"
#include "../kernels/pooling.h"
#include "../kernels/prelu.h"
#include "../kernels/softmax.h"
#include "../kernels/unpack.h"
#include "../kernels/winograd.h"
