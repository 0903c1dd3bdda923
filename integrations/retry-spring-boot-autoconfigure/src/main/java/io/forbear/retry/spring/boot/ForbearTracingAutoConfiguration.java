package io.forbear.retry.spring.boot;

import io.forbear.retry.otel.OpenTelemetryRetry;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Makes a span for each call and each attempt of every service, by the {@link OpenTelemetry} of the application.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration"
        })
@ConditionalOnClass({OpenTelemetryRetry.class, OpenTelemetry.class})
@ConditionalOnBean(OpenTelemetry.class)
@ConditionalOnProperty(name = "forbear.tracing.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ForbearProperties.class)
final class ForbearTracingAutoConfiguration {

    /**
     * Makes the listener that makes the spans.
     *
     * @param openTelemetry where the spans go
     * @param properties which calls have spans, and what these name
     * @return what makes the listener
     */
    @Bean
    @ConditionalOnMissingBean
    TracingListener forbearTracingListener(OpenTelemetry openTelemetry, ForbearProperties properties) {
        OpenTelemetryRetry.Builder builder = OpenTelemetryRetry.builder(openTelemetry);
        if (properties.getTracing().isOnlyCallsThatRetry()) {
            builder.onlyCallsThatRetry();
        }
        if (properties.getTracing().isClientAttribute()) {
            builder.clientAttribute();
        }
        return inContext -> inContext == null
                ? builder.build()
                : builder.inContext(inContext).build();
    }
}
