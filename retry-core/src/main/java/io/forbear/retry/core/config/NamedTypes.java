package io.forbear.retry.core.config;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorClassifier;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A classifier by names of types. The failure is asked about first, then its causes from the outside in; of each its
 * own type first, then its interfaces, then the type above it. The first name that is known decides. No class is
 * loaded, so that a name may be of a library that is not there. Immutable.
 */
final class NamedTypes implements ErrorClassifier {

    /** Links of a chain of causes that are looked at, as by the other classifiers. */
    private static final int LONGEST = 16;

    private final Set<String> retried;
    private final Set<String> never;

    NamedTypes(Set<String> retried, Set<String> never) {
        this.retried = Set.copyOf(retried);
        this.never = Set.copyOf(never);
    }

    @Override
    public @Nullable Classification classify(Throwable failure) {
        Throwable link = failure;
        for (int i = 0; link != null && i < LONGEST; i++) {
            Boolean answer = answer(link.getClass());
            if (answer != null) {
                Classification usual = ErrorClassifier.defaults().classify(link);
                return usual == null ? null : answer ? usual.retryable() : usual.notRetryable();
            }
            link = cause(link);
        }
        return null;
    }

    private @Nullable Boolean answer(Class<?> of) {
        for (Class<?> type = of; type != null; type = type.getSuperclass()) {
            Boolean known = answer(type.getName());
            for (Class<?> each : type.getInterfaces()) {
                known = known == null ? answer(each.getName()) : known;
            }
            if (known != null) {
                return known;
            }
        }
        return null;
    }

    private @Nullable Boolean answer(String name) {
        return retried.contains(name) ? Boolean.TRUE : never.contains(name) ? Boolean.FALSE : null;
    }

    private static @Nullable Throwable cause(Throwable link) {
        try {
            Throwable cause = link.getCause();
            return cause == link ? null : cause;
        } catch (Throwable unreadable) {
            return null;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NamedTypes that && retried.equals(that.retried) && never.equals(that.never);
    }

    @Override
    public int hashCode() {
        return Objects.hash(retried, never);
    }

    @Override
    public String toString() {
        return "NamedTypes(retried " + retried + ", never " + never + ")";
    }
}
