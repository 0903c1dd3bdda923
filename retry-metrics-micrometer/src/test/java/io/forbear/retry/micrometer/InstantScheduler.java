package io.forbear.retry.micrometer;

import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** A scheduler whose time passes at once: it tells how long would have been waited, and runs the task on the caller's thread. */
final class InstantScheduler {

    private InstantScheduler() {}

    static ScheduledExecutorService create(LongConsumer waited) {
        ClassLoader loader = InstantScheduler.class.getClassLoader();
        Object done = Proxy.newProxyInstance(
                loader, new Class<?>[] {ScheduledFuture.class}, (proxy, method, arguments) -> Boolean.FALSE);
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                loader, new Class<?>[] {ScheduledExecutorService.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("schedule") || !(arguments[0] instanceof Callable<?> task)) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    waited.accept(((TimeUnit) arguments[2]).toNanos((Long) arguments[1]));
                    task.call();
                    return done;
                });
    }
}
