package io.forbear.retry.core.breaker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.provider.Arguments;

/** Published cases on circuit breakers. */
final class Vectors {

    private Vectors() {}

    /** Returns the cases of a file, each after its id, and prints how many there are. */
    static Stream<Arguments> load(String file) {
        String path = "/vectors/g6_circuit_breaker/" + file + ".json";
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(path), path)) {
            JsonNode root = new ObjectMapper().readTree(in);
            List<JsonNode> cases =
                    StreamSupport.stream(root.get("cases").spliterator(), false).toList();
            if (cases.size() != root.get("case_count").asInt()) {
                throw new AssertionError(file + ": cases are missing");
            }
            System.out.println("vectors: " + file + ": " + cases.size() + " cases");
            return cases.stream().map(each -> Arguments.of(each.get("id").asText(), each));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
