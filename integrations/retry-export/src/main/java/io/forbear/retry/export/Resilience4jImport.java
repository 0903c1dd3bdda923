package io.forbear.retry.export;

import io.forbear.retry.export.FlatSettings.Written;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the instances of Resilience4j: each with its base, or with {@code configs.default} where it names none. */
final class Resilience4jImport {

    /*
     * Source: Resilience4j 2.4, CommonRetryConfigurationProperties and CommonCircuitBreakerConfigurationProperties.
     */

    private static final String ROOT = "resilience4j.";
    private static final String DEFAULT = "default";
    private static final String BASE = "baseconfig";

    private final FlatSettings settings;
    private final ImportBook book;

    Resilience4jImport(FlatSettings settings, ImportBook book) {
        this.settings = settings;
        this.book = book;
    }

    void read() {
        each("retry", this::retry);
        each("circuitbreaker", (service, levels) -> new Resilience4jBreakerImport(service, merged(levels), book)
                .read());
        each("timelimiter", (service, levels) -> timeLimiter(service, merged(levels)));
        for (String other : new String[] {"ratelimiter", "bulkhead", "thread-pool-bulkhead"}) {
            settings.directlyBelow(ROOT + other)
                    .values()
                    .forEach(one -> book.ignored(one.key(), one.value(), "no matter of retries"));
        }
    }

    /** What reads one instance: its own fields, then those of its bases. */
    private interface Reader {
        void read(String service, List<Map<String, Written>> levels);
    }

    private void each(String module, Reader reader) {
        Map<String, Map<String, Written>> configs = settings.below(ROOT + module + ".configs");
        Map<String, Map<String, Written>> instances = new LinkedHashMap<>(settings.below(ROOT + module + ".instances"));
        instances.putAll(settings.below(ROOT + module + ".backends"));
        Set<String> used = new HashSet<>();
        if (configs.containsKey(DEFAULT)) {
            used.add(DEFAULT);
            reader.read("", levels(configs.getOrDefault(DEFAULT, Map.of()), configs, used, false));
        }
        instances.forEach((name, own) -> reader.read(name, levels(own, configs, used, true)));
        configs.forEach((name, fields) -> {
            if (!used.contains(name)) {
                fields.values().forEach(one -> book.ignored(one.key(), one.value(), "no instance has this base"));
            }
        });
        Set<String> known = new LinkedHashSet<>(Set.of("configs", "instances", "backends"));
        settings.directlyBelow(ROOT + module).forEach((key, one) -> {
            if (known.stream().noneMatch(key::startsWith)) {
                book.ignored(one.key(), one.value(), "a setting of the integration with Spring");
            }
        });
    }

    /** Returns the fields of an instance and of its bases, one after the other. */
    private List<Map<String, Written>> levels(
            Map<String, Written> own, Map<String, Map<String, Written>> configs, Set<String> used, boolean hasDefault) {
        List<Map<String, Written>> levels = new ArrayList<>(List.of(own));
        Set<String> seen = new HashSet<>();
        Written base = own.get(BASE);
        String next = base != null ? base.value() : hasDefault && configs.containsKey(DEFAULT) ? DEFAULT : "";
        while (!next.isEmpty() && seen.add(next)) {
            used.add(next);
            Map<String, Written> below = configs.get(next);
            if (below == null) {
                book.wrong(base == null ? "baseConfig" : base.key(), next, "one of configs: " + configs.keySet());
                break;
            }
            levels.add(below);
            base = below.get(BASE);
            next = base == null ? "" : base.value();
        }
        return levels;
    }

    private Map<String, Written> merged(List<Map<String, Written>> levels) {
        Map<String, Written> all = new LinkedHashMap<>();
        levels.forEach(level -> level.forEach(all::putIfAbsent));
        all.remove(BASE);
        return all;
    }

    private void retry(String service, List<Map<String, Written>> levels) {
        Map<String, Written> fields = merged(levels);
        fields.keySet().removeIf(Resilience4jWaits::isOfWaits);
        fields.putAll(Resilience4jWaits.inForce(levels, book));
        new Resilience4jRetryImport(service, fields, book).read();
    }

    /** By default it is inside the retry, so that it is for one attempt. */
    private void timeLimiter(String service, Map<String, Written> fields) {
        fields.forEach((key, one) -> {
            if (key.equals("timeoutduration")) {
                long nanos = book.nanos(one.key(), one.value(), 0);
                if (nanos >= 1_000_000) {
                    book.set(service, "attempt-timeout", WaitImport.text(nanos));
                    book.changed(
                            one.key(),
                            one.value(),
                            "attempt-timeout; a blocking attempt is not cut off, unless interrupt-on-timeout is true");
                } else {
                    book.ignored(one.key(), one.value(), "less than a millisecond");
                }
            } else {
                book.ignored(one.key(), one.value(), "an asynchronous attempt is always cancelled");
            }
        });
    }
}
