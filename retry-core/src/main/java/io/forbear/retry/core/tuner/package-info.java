/**
 * Moves the settings of services by what their retries bring. Start at {@link
 * io.forbear.retry.core.tuner.RetryTuner}; {@code TuningRule} decides, {@code TunedService} remembers.
 */
@NullMarked
package io.forbear.retry.core.tuner;

import org.jspecify.annotations.NullMarked;
