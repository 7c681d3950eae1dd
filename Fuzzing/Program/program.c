/* libFuzzer brings `main` along, and calls what FuzzTargets gives it. */
