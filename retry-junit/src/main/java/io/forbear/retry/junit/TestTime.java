package io.forbear.retry.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a field that gets a part of the virtual time of its test from {@link ForbearExtension}: a {@link
 * io.forbear.retry.testkit.ManualRuntime}, {@link io.forbear.retry.testkit.ManualClock}, {@link
 * io.forbear.retry.testkit.ManualSleeper} or {@link io.forbear.retry.testkit.ManualScheduler}, or the {@link
 * io.forbear.retry.testkit.RecordingListener} of its services. A parameter of such a type gets it without a mark.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface TestTime {}
