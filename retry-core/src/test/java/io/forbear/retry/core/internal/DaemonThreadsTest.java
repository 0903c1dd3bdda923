package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The threads of the library take nothing over from the thread that happens to make them. */
class DaemonThreadsTest {

    private static final InheritableThreadLocal<String> OF_CALLER = new InheritableThreadLocal<>();

    @Test
    void aThreadKeepsNothingOfItsMaker() throws InterruptedException {
        AtomicReference<String> inherited = new AtomicReference<>("not run");
        AtomicReference<Thread> made = new AtomicReference<>();
        ThreadGroup application = new ThreadGroup("application");
        Thread maker = new Thread(application, () -> {
            OF_CALLER.set("of the caller");
            Thread.currentThread().setContextClassLoader(new ClassLoader() {});
            made.set(DaemonThreads.make("forbear-test", () -> inherited.set(String.valueOf(OF_CALLER.get()))));
        });
        maker.start();
        maker.join();
        Thread thread = made.get();

        assertThat(thread.getName()).isEqualTo("forbear-test");
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getThreadGroup().getParent()).isNull();
        assertThat(thread.getContextClassLoader()).isSameAs(ClassLoader.getSystemClassLoader());
        thread.start();
        thread.join();
        assertThat(inherited).hasValue("null");
    }
}
