package io.forbear.retry.spring.boot;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint says of reloads.
 *
 * @param last when settings were taken last; {@code null} if those of the beginning are in force
 * @param problem what is wrong with the settings that were read last; {@code null} if they are in force
 * @param refusals how many changes were refused
 * @since 0.1
 */
record ReloadDescription(@Nullable Instant last, @Nullable String problem, long refusals) {

    static ReloadDescription none() {
        return new ReloadDescription(null, null, 0);
    }

    static ReloadDescription of(ForbearReload reload) {
        return new ReloadDescription(
                reload.lastReload().orElse(null), reload.problem().orElse(null), reload.refusals());
    }
}
