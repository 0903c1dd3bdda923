package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.World;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The notes on failures: bounded, true, and no burden where the library is missing. */
class NotesTest {

    private final World world = new World();

    @Test
    void theNoteOnAnObjectThatIsThrownAgainSaysWhyTheLatestCallStopped() {
        IOException shared = new IOException("shared");
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .budget(RetryBudgets.tokenBucket(2).refill(1, Duration.ofDays(1)))
                .build();

        for (StopReason reason : new StopReason[] {StopReason.ATTEMPTS_EXHAUSTED, StopReason.BUDGET_EXHAUSTED}) {
            catchThrowable(() -> retry.run(() -> {
                throw shared;
            }));
            assertThat(shared.getSuppressed()).hasSize(1);
            assertThat(((RetryStopped) shared.getSuppressed()[0]).reason()).isEqualTo(reason);
        }
    }

    @Test
    void anObjectThatManyServicesThrowCarriesAtMostFourNotes() {
        IOException shared = new IOException("shared");
        for (int i = 0; i < 100; i++) {
            RetryStopped.note(shared, "service-" + i, StopReason.NOT_RETRYABLE, 1);
        }

        assertThat(shared.getSuppressed()).hasSize(RetryStopped.MOST);
        assertThat(shared.getSuppressed()[RetryStopped.MOST - 1]).hasMessageStartingWith("service-99:");
    }

    @Test
    void aFailureThatTakesNoNoteIsTheFailureAllTheSame() {
        IOException refuses = new IOException("refuses") {
            @Override
            public String toString() {
                throw new IllegalStateException();
            }
        };
        Retry retry = world.service();

        assertThat(catchThrowable(() -> retry.run(() -> {
                    throw refuses;
                })))
                .isSameAs(refuses);
    }

    /** Reads objects as a process does that does not have the library. */
    private static final class WithoutLibrary extends ObjectInputStream {
        WithoutLibrary(byte[] bytes) throws IOException {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            if (description.getName().startsWith("io.forbear")) {
                throw new ClassNotFoundException(description.getName());
            }
            return super.resolveClass(description);
        }
    }

    @Test
    void aFailureWithANoteIsReadWhereTheLibraryIsMissing() throws Exception {
        IOException failure = new IOException("down");
        RetryStopped.note(failure, "users", StopReason.ATTEMPTS_EXHAUSTED, 3);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        }

        Throwable read;
        try (ObjectInputStream in = new WithoutLibrary(bytes.toByteArray())) {
            read = (Throwable) in.readObject();
        }

        assertThat(read).isInstanceOf(IOException.class).hasMessage("down");
        assertThat(read.getSuppressed())
                .singleElement()
                .extracting(Throwable::getMessage)
                .isEqualTo("io.forbear.retry.RetryStopped: users: stopped after 3 attempts: ATTEMPTS_EXHAUSTED");
    }
}
