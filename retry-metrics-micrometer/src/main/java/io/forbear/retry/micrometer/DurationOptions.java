package io.forbear.retry.micrometer;

import java.time.Duration;
import java.util.List;

/** Which durations are wanted, and with which buckets. */
record DurationOptions(List<Duration> objectives, boolean percentileHistogram) {}
