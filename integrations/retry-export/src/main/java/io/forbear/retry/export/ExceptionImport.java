package io.forbear.retry.export;

import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.export.FlatSettings.Written;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Exceptions that alone are retried, and exceptions that are not, as settings of ours. */
final class ExceptionImport {

    private static final Pattern NAME = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*");
    private static final String CAUSES = "; causes of a failure are looked at too";

    private final String service;
    private final ImportBook book;

    ExceptionImport(String service, ImportBook book) {
        this.service = service;
        this.book = book;
    }

    /**
     * Sets the keys.
     *
     * @param retried those that are retried and no other; {@code null} for all
     * @param never those that are not
     * @param winsNever whether one that is in both is not retried; there a name that both have is kept in one
     */
    void read(@Nullable Written retried, @Nullable Written never, boolean winsNever) {
        Set<String> yes = names(retried);
        Set<String> no = names(never);
        if (winsNever) {
            yes.removeAll(no);
        } else {
            no.removeAll(yes);
        }
        if (retried != null && !names(retried).isEmpty()) {
            for (ErrorCategory category : ErrorCategory.values()) {
                book.set(service, "retryable." + Units.word(category), "false");
            }
            book.changed(retried.key(), retried.value(), "retry-on, and no category is retried otherwise" + CAUSES);
        }
        if (!yes.isEmpty()) {
            book.set(service, "retry-on", String.join(", ", yes));
        }
        if (never != null && !names(never).isEmpty()) {
            book.changed(never.key(), never.value(), "never-on" + CAUSES);
        }
        if (!no.isEmpty()) {
            book.set(service, "never-on", String.join(", ", no));
        }
    }

    private Set<String> names(@Nullable Written written) {
        Set<String> names = new LinkedHashSet<>();
        if (written != null) {
            Arrays.stream(written.value().split(","))
                    .map(String::trim)
                    .filter(name -> !name.isEmpty())
                    .forEach(names::add);
            for (String name : names) {
                if (!NAME.matcher(name).matches()) {
                    book.wrong(written.key(), name, "full names of classes");
                }
            }
        }
        return names;
    }
}
