package io.forbear.retry.lab.difference;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node that knows where it stands, for errors. */
record JsonPlace(Path file, String path, JsonNode node) {

    boolean has(String name) {
        return node.has(name);
    }

    JsonPlace at(String name) {
        return new JsonPlace(file, path.isEmpty() ? name : path + "." + name, node.path(name));
    }

    String asText() {
        return node.asText();
    }

    String text(String name) {
        JsonPlace found = at(name);
        if (!found.node.isTextual()) {
            throw found.wrong("a text");
        }
        return found.node.asText();
    }

    double number(String name) {
        JsonPlace found = at(name);
        if (!found.node.isNumber()) {
            throw found.wrong("a number");
        }
        return found.node.asDouble();
    }

    /** A number, or {@code null} for what never comes. */
    double orNever(String name) {
        JsonPlace found = at(name);
        if (!found.node.isNumber() && !found.node.isNull()) {
            throw found.wrong("a number or null");
        }
        return found.node.isNull() ? Double.POSITIVE_INFINITY : found.node.asDouble();
    }

    List<JsonPlace> array(String name) {
        JsonPlace found = at(name);
        if (!found.node.isArray()) {
            throw found.wrong("an array");
        }
        List<JsonPlace> items = new ArrayList<>();
        for (int i = 0; i < found.node.size(); i++) {
            items.add(new JsonPlace(file, found.path + "[" + i + "]", found.node.path(i)));
        }
        return items;
    }

    Map<String, JsonPlace> object(String name) {
        JsonPlace found = at(name);
        if (!found.node.isObject()) {
            throw found.wrong("an object");
        }
        Map<String, JsonPlace> fields = new LinkedHashMap<>();
        found.node.fieldNames().forEachRemaining(field -> fields.put(field, found.at(field)));
        return fields;
    }

    private IllegalArgumentException wrong(String rule) {
        String value = node.isMissingNode() ? "missing" : node.toString();
        return new IllegalArgumentException(file + ": " + path + ": " + value + " (expected: " + rule + ")");
    }
}
