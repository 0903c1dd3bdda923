package io.forbear.retry.lab.peers;

import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.storm.StormPolicy;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Another library, by its own defaults.
 *
 * @param name as the option takes it
 * @param title for a reader
 * @param description what it does, for a reader
 * @param settings its figures, in the order in which a reader wants them
 * @param opener makes what one client calls through over real HTTP
 * @param maker makes the control of one process in virtual time
 */
public record Peer(
        String name,
        String title,
        String description,
        Map<String, String> settings,
        Function<StormPolicy.Watcher, StormPolicy.Caller> opener,
        Control.Maker maker) {

    public Peer {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
}
