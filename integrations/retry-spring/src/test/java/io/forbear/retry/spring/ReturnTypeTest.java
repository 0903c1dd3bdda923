package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kotlin.Metadata;
import kotlin.coroutines.Continuation;
import kotlinx.coroutines.flow.Flow;
import org.junit.jupiter.api.Test;

/** Return types that no other test can have. */
class ReturnTypeTest {

    /** As the compiler of Kotlin makes it of {@code suspend fun load(id: Long): String}, and of a flow. */
    @Metadata
    static class Suspending {
        @ForbearRetry("orders")
        public Object load(long id, Continuation<? super String> continuation) {
            return "loaded";
        }

        @ForbearRetry("orders")
        public Flow<String> all() {
            throw new UnsupportedOperationException();
        }
    }

    static class Generic<T extends List<?>> {
        public T all() {
            throw new UnsupportedOperationException();
        }
    }

    static class Lists extends Generic<ArrayList<String>> {}

    /** Looks at the methods of Kotlin, in classes that see no {@code retry-kotlin} and no Reactor. */
    static class Looking implements Supplier<List<String>> {
        @Override
        public List<String> get() {
            Problems problems = new Problems();
            for (Method method : Suspending.class.getDeclaredMethods()) {
                assertThat(ReturnType.form(method, Suspending.class, null, problems))
                        .isNull();
            }
            return problems.lines();
        }
    }

    @Test
    @SuppressWarnings("unchecked") // lines of text
    void withoutRetryKotlinWhatSuspendsIsRefused() throws Exception {
        List<String> problems;
        try (URLClassLoader without = new Without("io.forbear.retry.kotlin.", "io.forbear.retry.reactor.")) {
            Class<?> looking = without.loadClass(Looking.class.getName());
            Constructor<?> constructor = looking.getDeclaredConstructor();
            constructor.setAccessible(true);
            problems = List.copyOf((List<String>) ((Supplier<?>) constructor.newInstance()).get());
        }

        String place = Suspending.class.getName();
        assertThat(problems)
                .containsExactlyInAnyOrder(
                        place + ".load(long): return type: suspend (expected: retry-kotlin among the libraries, or a"
                                + " function that is none)",
                        place + ".all(): return type: Flow (expected: retry-kotlin among the libraries, or a value)");
    }

    /** Loads the classes of this package again, and hides some of what they may see. */
    private static final class Without extends URLClassLoader {
        private final List<String> hidden;

        Without(String... hidden) {
            super(urls(), ReturnTypeTest.class.getClassLoader());
            this.hidden = List.of(hidden);
        }

        private static URL[] urls() {
            return Stream.of(ReturnType.class, ReturnTypeTest.class)
                    .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                    .toArray(URL[]::new);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (hidden.stream().anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith(ReturnType.class.getPackageName() + ".")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }

    @Test
    void aTypeParameterIsThatOfTheClassOfTheBean() throws NoSuchMethodException {
        Problems problems = new Problems();

        assertThat(ReturnType.form(Lists.class.getMethod("all"), Lists.class, null, problems))
                .isNotNull();
        assertThat(problems.isEmpty()).isTrue();
    }
}
