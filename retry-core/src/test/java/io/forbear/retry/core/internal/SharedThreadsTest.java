package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The thread of the shared timer outlives applications: it holds on to none of them. */
class SharedThreadsTest {

    private static final InheritableThreadLocal<Object> INHERITED = new InheritableThreadLocal<>();

    private final ScheduledThreadPoolExecutor timer = SharedThreads.newTimer();

    @AfterEach
    void tidies() {
        timer.shutdownNow();
    }

    /** What an application server loads for one application, and lets go of when that is taken away. */
    private static final class ApplicationLoader extends ClassLoader {

        ApplicationLoader() {
            super(SharedThreadsTest.class.getClassLoader());
        }

        Class<?> define(Class<?> copied) throws IOException {
            String file = copied.getName().replace('.', '/') + ".class";
            try (InputStream bytes = Objects.requireNonNull(getResourceAsStream(file))) {
                byte[] code = bytes.readAllBytes();
                return defineClass(copied.getName(), code, 0, code.length);
            }
        }
    }

    /** Waits first: the thread is made under it on the stack. */
    public static final class Application implements Consumer<ScheduledExecutorService> {

        @Override
        public void accept(ScheduledExecutorService timer) {
            timer.schedule(Application::nothing, 1, TimeUnit.NANOSECONDS);
        }

        private static void nothing() {}
    }

    @Test
    void holdsNothingOfTheApplicationThatWaitedFirst() throws Exception {
        WeakReference<ClassLoader> application = applicationThatWaits();
        assertThat(timer.submit(() -> Thread.currentThread().getName()).get(1, TimeUnit.MINUTES))
                .isEqualTo("forbear-timer");

        for (int i = 0; i < 100 && application.get() != null; i++) {
            System.gc();
        }

        assertThat(application.get()).isNull();
    }

    @SuppressWarnings("unchecked")
    private WeakReference<ClassLoader> applicationThatWaits() throws Exception {
        Thread caller = Thread.currentThread();
        ClassLoader before = caller.getContextClassLoader();
        ApplicationLoader loader = new ApplicationLoader();
        Object application =
                loader.define(Application.class).getDeclaredConstructor().newInstance();
        caller.setContextClassLoader(loader);
        INHERITED.set(application);
        try {
            ((Consumer<ScheduledExecutorService>) application).accept(timer);
        } finally {
            INHERITED.remove();
            caller.setContextClassLoader(before);
        }
        return new WeakReference<>(loader);
    }

    @Test
    void itsThreadIsADaemonWithTheLoaderOfTheSystem() throws Exception {
        Thread thread = timer.submit(Thread::currentThread).get(1, TimeUnit.MINUTES);

        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getContextClassLoader()).isSameAs(ClassLoader.getSystemClassLoader());
    }

    @Test
    void itsThreadIsNotInTheGroupOfWhoWaitedFirst() throws Exception {
        ThreadGroup[] groups = new ThreadGroup[1];
        Thread first = new Thread(
                new ThreadGroup("application"),
                () -> timer.schedule(
                        () -> groups[0] = Thread.currentThread().getThreadGroup(), 1, TimeUnit.NANOSECONDS));
        first.start();
        first.join();

        timer.submit(() -> {}).get(1, TimeUnit.MINUTES);
        timer.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).get(1, TimeUnit.MINUTES);
        assertThat(groups[0].getParent()).isNull();
    }

    @Test
    void aCancelledTimerLeavesNothing() {
        timer.schedule(() -> {}, 1, TimeUnit.DAYS).cancel(false);

        assertThat(timer.getQueue()).isEmpty();
    }

    @Test
    void itsThreadEndsAfterTheLastWork() {
        assertThat(timer.allowsCoreThreadTimeOut()).isTrue();
        assertThat(timer.getKeepAliveTime(TimeUnit.MILLISECONDS)).isPositive();
    }

    @Test
    void workFromAnotherThreadThanTheTimersIsDoneThere() {
        Thread[] ran = new Thread[1];

        SharedThreads.offTimer(() -> ran[0] = Thread.currentThread());

        assertThat(ran[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void workFromTheTimerIsDoneByAWorker() throws Exception {
        CompletableFuture<String> ran = new CompletableFuture<>();

        timer.execute(() ->
                SharedThreads.offTimer(() -> ran.complete(Thread.currentThread().getName())));

        assertThat(ran.get(1, TimeUnit.MINUTES)).isEqualTo("forbear-worker");
    }

    @Test
    void thereIsOneForAll() {
        assertThat(SharedThreads.timer()).isSameAs(SharedThreads.timer());
    }
}
