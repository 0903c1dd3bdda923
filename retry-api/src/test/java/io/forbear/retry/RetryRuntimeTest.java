package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryRuntimeTest {

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void endsTheScheduler() {
        scheduler.shutdownNow();
    }

    @Test
    void theSystemRuntimeIsThatOfTheJvmAndLeavesTheRestToTheLibrary() {
        RetryRuntime system = RetryRuntime.system();

        assertThat(system.clock()).isSameAs(NanoClock.system());
        assertThat(system.sleeper()).isSameAs(Sleeper.parking());
        assertThat(system.random()).isEmpty();
        assertThat(system.executor()).isEmpty();
        assertThat(system.scheduler()).isEmpty();
        assertThat(system.context()).isEmpty();
        assertThat(system)
                .hasToString("RetryRuntime(clock NanoClock.system(), sleeper Sleeper.parking(), executor null, "
                        + "scheduler null, context null)");
    }

    @Test
    void aBuilderStartsFromARuntimeAndReplacesPartsOfItAlone() {
        NanoClock clock = () -> 1;
        Random random = new Random(1);
        Sleeper sleeper = nanos -> {};
        Executor executor = Runnable::run;
        ContextCapture context = () -> null;
        RetryRuntime all = RetryRuntime.builder()
                .clock(clock)
                .random(random)
                .sleeper(sleeper)
                .executor(executor)
                .scheduler(scheduler)
                .context(context)
                .build();
        NanoClock other = () -> 2;

        RetryRuntime changed = all.toBuilder().clock(other).build();

        assertThat(all.clock()).isSameAs(clock);
        assertThat(changed.clock()).isSameAs(other);
        for (RetryRuntime runtime : new RetryRuntime[] {all, changed}) {
            assertThat(runtime.random()).containsSame(random);
            assertThat(runtime.sleeper()).isSameAs(sleeper);
            assertThat(runtime.executor()).containsSame(executor);
            assertThat(runtime.scheduler()).containsSame(scheduler);
            assertThat(runtime.context()).containsSame(context);
        }
    }

    @Test
    void aBuilderThatIsUsedAgainDoesNotChangeWhatItMade() {
        NanoClock clock = () -> 1;
        RetryRuntime.Builder builder = RetryRuntime.builder().clock(clock);
        RetryRuntime made = builder.build();

        builder.clock(() -> 2).executor(Runnable::run);

        assertThat(made.clock()).isSameAs(clock);
        assertThat(made.executor()).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway")
    void everyPartThatIsNullIsRefusedByName() {
        Map<String, Consumer<RetryRuntime.Builder>> nulls = Map.of(
                "clock", builder -> builder.clock(null),
                "random", builder -> builder.random(null),
                "sleeper", builder -> builder.sleeper(null),
                "executor", builder -> builder.executor(null),
                "scheduler", builder -> builder.scheduler(null),
                "context", builder -> builder.context(null));

        nulls.forEach((name, set) -> assertThatThrownBy(() -> set.accept(RetryRuntime.builder()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage(name));
    }
}
