package io.forbear.retry.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ThrownOnPurpose.class)
class ServiceFiguresTest {

    private static final RetryListener SILENT = new RetryListener() {};

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 50);

    /** Counts how often its figures are asked for. */
    private static Retry counting(Retry real, AtomicInteger snapshots) {
        return (Retry) Proxy.newProxyInstance(
                Retry.class.getClassLoader(), new Class<?>[] {Retry.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("snapshot")) {
                        snapshots.incrementAndGet();
                    }
                    if (method.getName().equals("equals")) {
                        return proxy == arguments[0];
                    }
                    return method.invoke(real, arguments);
                });
    }

    @Test
    void allMetersOfAScrapeShareOneReading() {
        AtomicInteger snapshots = new AtomicInteger();
        ServiceFigures figures = new ServiceFigures(now::get, 100);
        figures.add(counting(new Script().named("users", SILENT).build(), snapshots));

        for (int meter = 0; meter < 43; meter++) {
            figures.read();
        }
        assertThat(snapshots).hasValue(1);

        now.addAndGet(99);
        figures.read();
        assertThat(snapshots).describedAs("the clock has wrapped around").hasValue(1);

        now.addAndGet(1);
        figures.read();
        assertThat(snapshots).hasValue(2);
    }

    @Test
    void noCounterFallsWhileCallsGoOnAndRetriesComeAndGo() throws Exception {
        ServiceFigures figures = new ServiceFigures(now::get, 0);
        Script script = new Script();
        Retry lasting = script.named("users", SILENT).build();
        figures.add(lasting);
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        AtomicLong made = new AtomicLong();
        for (int i = 0; i < 2; i++) {
            Thread caller = new Thread(() -> {
                for (int call = 0; call < 20_000; call++) {
                    lasting.call(() -> made.incrementAndGet());
                }
            });
            threads.add(caller);
        }
        AtomicLong falls = new AtomicLong();
        Thread reader = new Thread(() -> {
            Figures last = figures.read();
            while (!over.get()) {
                Figures next = figures.read();
                if (next.firstTry < last.firstTry || next.calls < last.calls || next.attempts < last.attempts) {
                    falls.incrementAndGet();
                }
                last = next;
            }
        });
        reader.start();
        threads.forEach(Thread::start);
        for (int i = 0; i < 200; i++) {
            Retry passing = script.named("users", SILENT).build();
            figures.add(passing);
            passing.call(() -> "done");
            figures.removed(passing);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        over.set(true);
        reader.join();

        assertThat(falls).hasValue(0);
        assertThat(figures.read().calls).isEqualTo(40_200);
        assertThat(made).hasValue(40_000);
    }

    /**
     * Returns figures that were read while a call recovered: five successes, of which so many are seen as recovered.
     */
    private static RetrySnapshot torn(long recovered) {
        return RetrySnapshot.builder("users").successes(5, recovered).build();
    }

    @Test
    void aTornReadingDoesNotLetACounterFall() {
        AtomicLong recovered = new AtomicLong();
        ServiceFigures figures = new ServiceFigures(now::get, 0);
        figures.add((Retry) Proxy.newProxyInstance(
                Retry.class.getClassLoader(),
                new Class<?>[] {Retry.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> 1;
                    case "equals" -> proxy == arguments[0];
                    case "snapshot" -> torn(recovered.getAndIncrement());
                    default -> throw new UnsupportedOperationException(method.getName());
                }));

        assertThat(figures.read().firstTry).isEqualTo(5);
        assertThat(figures.read().firstTry).isEqualTo(5);
        assertThat(figures.read().recovered).isEqualTo(2);
    }

    @Test
    void aSnapshotThatThrowsLeavesTheFiguresOfTheOthers() {
        ServiceFigures figures = new ServiceFigures(now::get, 0);
        Script script = new Script();
        Retry good = script.named("users", SILENT).build();
        script.blocking(good, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        Retry bad = (Retry) Proxy.newProxyInstance(
                Retry.class.getClassLoader(),
                new Class<?>[] {Retry.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> 1;
                    default -> throw new IllegalStateException("broken");
                });
        figures.add(bad);
        figures.add(good);

        RetrySnapshot snapshot = good.snapshot();
        assertThat(figures.read().calls).isEqualTo(snapshot.calls()).isEqualTo(1);
    }
}
