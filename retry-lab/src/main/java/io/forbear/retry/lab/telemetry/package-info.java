/**
 * What monitoring sees of a storm while it goes on. {@link io.forbear.retry.lab.telemetry.Telemetry} is the door:
 * meters at {@code /metrics} for Prometheus, spans over OTLP where they are asked for by OpenTelemetry's own variables.
 */
@NullMarked
package io.forbear.retry.lab.telemetry;

import org.jspecify.annotations.NullMarked;
