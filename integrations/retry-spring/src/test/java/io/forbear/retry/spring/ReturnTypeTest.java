package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import kotlin.Metadata;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;

/** Return types that no other test can have. */
class ReturnTypeTest {

    /** As the compiler of Kotlin makes it of {@code suspend fun load(id: Long): String}. */
    @Metadata
    static class Suspending {
        @ForbearRetry("orders")
        public Object load(long id, Continuation<? super String> continuation) {
            return "loaded";
        }
    }

    static class Generic<T extends List<?>> {
        public T all() {
            throw new UnsupportedOperationException();
        }
    }

    static class Lists extends Generic<ArrayList<String>> {}

    @Test
    void aSuspendFunctionOfKotlinIsRefused() throws NoSuchMethodException {
        Problems problems = new Problems();

        CallForm form = ReturnType.form(
                Suspending.class.getMethod("load", long.class, Continuation.class), Suspending.class, null, problems);

        assertThat(form).isNull();
        assertThat(problems.lines())
                .containsExactly(Suspending.class.getName() + ".load(long, Continuation): suspend: load (expected: a"
                        + " function that is none, or retry-kotlin inside of it)");
    }

    @Test
    void aTypeParameterIsThatOfTheClassOfTheBean() throws NoSuchMethodException {
        Problems problems = new Problems();

        assertThat(ReturnType.form(Lists.class.getMethod("all"), Lists.class, null, problems))
                .isNotNull();
        assertThat(problems.isEmpty()).isTrue();
    }
}
