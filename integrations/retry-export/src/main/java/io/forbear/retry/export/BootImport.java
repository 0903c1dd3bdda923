package io.forbear.retry.export;

import io.forbear.retry.export.FlatSettings.Written;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the retries that Spring Boot has settings for: those of RabbitMQ and of the retry topics of Kafka. */
final class BootImport {

    /*
     * Source: Spring Boot 3.5 and 4.0, RabbitProperties and KafkaProperties. The former count attempts as maxAttempts,
     * the latter count retries as maxRetries.
     */

    private static final Map<String, String> RABBIT = Map.of(
            "spring.rabbitmq.template.retry", "rabbit-template",
            "spring.rabbitmq.listener.simple.retry", "rabbit-listener",
            "spring.rabbitmq.listener.direct.retry", "rabbit-direct-listener");

    private static final String KAFKA = "spring.kafka.retry.topic";
    private static final int ATTEMPTS = 3;
    private static final long SECOND = 1_000_000_000L;
    private static final long RABBIT_MAX = 10 * SECOND;
    private static final double HALF = 0.5;

    private final FlatSettings settings;
    private final ImportBook book;

    BootImport(FlatSettings settings, ImportBook book) {
        this.settings = settings;
        this.book = book;
    }

    void read() {
        RABBIT.forEach((prefix, service) -> {
            Map<String, Written> fields = new HashMap<>(settings.directlyBelow(prefix));
            if (!fields.isEmpty()) {
                read(service, fields, "initialinterval", "maxinterval", "multiplier", RABBIT_MAX);
            }
        });
        Map<String, Written> topic = new HashMap<>(settings.directlyBelow(KAFKA));
        topic.keySet().removeIf(field -> field.startsWith("backoff."));
        settings.directlyBelow(KAFKA + ".backoff").forEach(topic::put);
        if (!topic.isEmpty()) {
            read("kafka-retry-topic", topic, "delay", "maxdelay", "multiplier", 0);
        }
    }

    private void read(
            String service, Map<String, Written> fields, String first, String most, String by, long usualMost) {
        book.set(service, "preset", "resilience4j");
        Written enabled = fields.remove("enabled");
        boolean isOn = enabled != null && book.flag(enabled.key(), enabled.value());
        if (enabled != null) {
            book.kept(enabled.key(), enabled.value(), isOn ? "it is on" : "max-attempts = 1");
        }
        int attempts = attempts(fields);
        book.set(service, "max-attempts", String.valueOf(isOn ? attempts : 1));
        Written wait = fields.remove(first);
        Written cap = fields.remove(most);
        Written growth = fields.remove(by);
        Written random = fields.remove(fields.containsKey("randombackoff") ? "randombackoff" : "random");
        long nanos = wait == null ? SECOND : book.nanos(wait.key(), wait.value(), SECOND);
        double multiplier = growth == null ? 1 : book.number(growth.key(), growth.value(), 0, Double.MAX_VALUE, 1);
        long longest = cap == null ? usualMost : book.nanos(cap.key(), cap.value(), usualMost);
        boolean isRandom = random != null && book.flag(random.key(), random.value()) && multiplier > 1;
        double middle = isRandom ? nanos * (1 + multiplier) * HALF : nanos;
        double spread = isRandom ? (multiplier - 1) / (multiplier + 1) : 0;
        new WaitImport(book, service, isOn ? attempts : 1)
                .set(Math.round(middle), Math.max(1, multiplier), spread, longest == 0 ? Long.MAX_VALUE : longest);
        kept(wait, "base-delay");
        kept(cap, "max-delay");
        kept(growth, multiplier > 1 ? "multiplier" : "strategy = fixed");
        kept(random, isRandom ? "jitter: the wait × 1 to multiplier" : "jitter = none");
        fields.values()
                .forEach(one -> book.needsCode(one.key(), one.value(), "a setting of the container, not of a policy"));
        book.needsCode(service, "", "the calls of this service go through registry.get(\"" + service + "\")");
    }

    private int attempts(Map<String, Written> fields) {
        Written attempts = fields.remove(fields.containsKey("attempts") ? "attempts" : "maxattempts");
        Written retries = fields.remove("maxretries");
        if (retries != null) {
            book.kept(retries.key(), retries.value(), "max-attempts, one more, since it counts the first one too");
            return 1 + book.whole(retries.key(), retries.value(), 0, Integer.MAX_VALUE - 1, ATTEMPTS);
        }
        if (attempts != null) {
            book.kept(attempts.key(), attempts.value(), "max-attempts, which counts the first one too");
            return book.whole(attempts.key(), attempts.value(), 1, Integer.MAX_VALUE, ATTEMPTS);
        }
        return ATTEMPTS;
    }

    private void kept(@Nullable Written written, String here) {
        if (written != null) {
            book.kept(written.key(), written.value(), here);
        }
    }
}
