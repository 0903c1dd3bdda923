package io.forbear.retry.spring;

import java.util.List;
import org.springframework.beans.FatalBeanException;

/**
 * Thrown when the application starts and methods are annotated with {@link ForbearRetry} that could not be retried, or
 * not as the annotation says. It lists all of them, each as {@code place: name: value (expected: rule)}.
 *
 * @since 0.1
 */
public final class InvalidForbearRetryException extends FatalBeanException {

    private static final long serialVersionUID = 1L;

    /** One line for each. */
    private final String[] problems;

    /**
     * Creates the exception.
     *
     * @param problems what is wrong, one line for each
     */
    public InvalidForbearRetryException(List<String> problems) {
        super(problems.size() + (problems.size() == 1 ? " problem" : " problems") + " with @ForbearRetry:\n  "
                + String.join("\n  ", problems));
        this.problems = problems.toArray(String[]::new);
    }

    /**
     * Returns what is wrong.
     *
     * @return one line for each problem
     */
    public List<String> problems() {
        return List.of(problems);
    }
}
