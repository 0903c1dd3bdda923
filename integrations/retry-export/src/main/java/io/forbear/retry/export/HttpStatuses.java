package io.forbear.retry.export;

import io.forbear.retry.error.Classification;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The statuses of HTTP after which a policy retries, for proxies, which list them. */
final class HttpStatuses {

    /** Registered statuses of errors, and those of proxies that are not registered and mean a rate limit. */
    private static final List<Integer> KNOWN = IntStream.concat(
                    IntStream.concat(IntStream.rangeClosed(400, 417), IntStream.rangeClosed(421, 431)),
                    IntStream.of(451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 529))
            .filter(status -> status != 427 && status != 430)
            .boxed()
            .toList();

    private HttpStatuses() {}

    /** Returns what is retried: of a policy that is not idempotent, what was certainly not executed. */
    static List<Integer> retried(ExportedPolicy policy) {
        List<Integer> retried = new ArrayList<>();
        for (int status : KNOWN) {
            Classification found = Classification.ofHttpStatus(status);
            boolean may = policy.policy().isIdempotent() || found.isNotExecuted();
            if (may && found.isRetryable(policy.policy().isRetryable(found.category()))) {
                retried.add(status);
            }
        }
        return retried;
    }
}
