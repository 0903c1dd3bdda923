package io.forbear.retry.spring.boot.test;

import io.forbear.retry.RetryRuntime;
import io.forbear.retry.testkit.ManualRuntime;
import io.forbear.retry.testkit.RecordingListener;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Puts the services of a test on virtual time. Of use beside {@code @SpringBootTest} too, by
 * {@code @ImportAutoConfiguration}.
 *
 * @since 0.1
 */
@AutoConfiguration(beforeName = "io.forbear.retry.spring.boot.ForbearAutoConfiguration")
public final class VirtualTimeAutoConfiguration {

    /** Made by Spring. */
    public VirtualTimeAutoConfiguration() {}

    /**
     * Makes the time of the test.
     *
     * @return a runtime whose clock stands still
     */
    @Bean
    @ConditionalOnMissingBean
    public ManualRuntime forbearManualRuntime() {
        return new ManualRuntime();
    }

    /**
     * Gives the time to the services.
     *
     * @param manual the time of the test
     * @return its runtime
     */
    @Bean
    @ConditionalOnMissingBean
    public RetryRuntime forbearRetryRuntime(ManualRuntime manual) {
        return manual.runtime();
    }

    /**
     * Makes what remembers.
     *
     * @return a listener that is told of every attempt
     */
    @Bean
    @ConditionalOnMissingBean
    public RecordingListener forbearRecordingListener() {
        return RecordingListener.ofEveryCall();
    }
}
