package io.forbear.retry.spring;

import java.lang.reflect.Method;
import org.springframework.resilience.retry.MethodRetryPredicate;

/** A predicate of Spring 7. It stands alone, so that Spring 6 need not load it. */
final class NeverRetried implements MethodRetryPredicate {
    @Override
    public boolean shouldRetry(Method method, Throwable failure) {
        return false;
    }
}
