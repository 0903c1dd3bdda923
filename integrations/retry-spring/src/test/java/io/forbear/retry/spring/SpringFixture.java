package io.forbear.retry.spring;

import static java.time.Duration.ofMillis;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ManualRuntime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** What tests of annotated beans use: a service of three attempts on virtual time, and an application context. */
public abstract class SpringFixture {

    protected static final int MOST_ATTEMPTS = 3;

    protected final ManualRuntime time = new ManualRuntime();
    protected final Retry orders = service("orders").build();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>(List.of(orders));

    @AfterEach
    void closesAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    protected final Retries.Builder service(String name) {
        return Retries.named(name)
                .policy(policy().build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(time.runtime());
    }

    protected static RetryPolicy.Builder policy() {
        return RetryPolicy.builder()
                .maxAttempts(MOST_ATTEMPTS)
                .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()));
    }

    protected final <C extends AutoCloseable> C open(C what) {
        opened.push(what);
        return what;
    }

    /** Starts an application context that has the service and these classes. */
    protected final AnnotationConfigApplicationContext context(Class<?>... types) {
        return context(List.of(orders), types);
    }

    /** Starts an application context that has these services and these classes. */
    protected final AnnotationConfigApplicationContext context(List<Retry> services, Class<?>... types) {
        AnnotationConfigApplicationContext context = open(new AnnotationConfigApplicationContext());
        services.forEach(service -> context.registerBean(
                service.name() + "Service", Retry.class, () -> service, bean -> bean.setDestroyMethodName("")));
        context.register(Enabled.class);
        context.register(types);
        context.refresh();
        return context;
    }

    protected final <T> T bean(Class<T> type, Class<?>... others) {
        List<Class<?>> types = new ArrayList<>(List.of(others));
        types.add(type);
        return context(types.toArray(Class<?>[]::new)).getBean(type);
    }

    /** Returns the object behind a proxy, whose fields are not those of the proxy. */
    @SuppressWarnings("unchecked")
    protected static <T> T behind(T proxy) {
        return (T) Objects.requireNonNull(AopProxyUtils.getSingletonTarget(proxy), "target");
    }

    /** Returns the problems for which an application context with these classes does not start. */
    protected final List<String> problems(Class<?>... types) {
        try {
            context(types);
        } catch (InvalidForbearRetryException invalid) {
            return invalid.problems();
        } catch (BeanCreationException failed) {
            throw new AssertionError("no list of problems", failed);
        }
        return List.of();
    }

    /** Switches the annotation on. */
    @EnableForbearRetry
    public static class Enabled {}
}
