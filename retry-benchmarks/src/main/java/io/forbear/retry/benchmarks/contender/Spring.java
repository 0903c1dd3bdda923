package io.forbear.retry.benchmarks.contender;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;
import org.springframework.retry.RetryCallback;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Spring Framework's core retry, and Spring Retry before it. Neither sleeps: the one for an interval of zero, the other
 * without a backoff.
 */
final class Spring {

    private Spring() {}

    static Library core() {
        RetryTemplate template = new RetryTemplate(
                RetryPolicy.builder().backOff(new FixedBackOff(0, 2)).build());
        return operation -> {
            Retryable<Object> retryable = operation::call;
            return () -> execute(template, retryable);
        };
    }

    private static Object execute(RetryTemplate template, Retryable<Object> retryable) throws Exception {
        return template.execute(retryable);
    }

    static Library retry() {
        org.springframework.retry.support.RetryTemplate template =
                org.springframework.retry.support.RetryTemplate.builder()
                        .maxAttempts(3)
                        .noBackoff()
                        .build();
        return operation -> {
            RetryCallback<Object, Exception> callback = context -> operation.call();
            return () -> template.execute(callback);
        };
    }
}
