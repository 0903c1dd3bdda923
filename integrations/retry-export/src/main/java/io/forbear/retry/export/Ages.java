package io.forbear.retry.export;

import java.util.Map;

/** The deadline of a policy as the age at which a service gives up. */
final class Ages {

    private Ages() {}

    /** Puts the age, if the policy has a deadline, and tells what is different about it. */
    static void put(
            Map<String, Object> block, String field, ExportedPolicy policy, Losses losses, int least, int most) {
        long nanos = policy.policy().deadlineNanos();
        if (nanos != Long.MAX_VALUE) {
            block.put(field, losses.seconds(field, nanos, least, most));
        }
    }
}
