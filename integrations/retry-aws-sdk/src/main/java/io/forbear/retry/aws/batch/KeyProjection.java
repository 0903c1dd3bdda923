package io.forbear.retry.aws.batch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** The settings of a table in a read, changed so that each item comes with its key. */
final class KeyProjection {

    private KeyProjection() {}

    /** Returns the settings with the attributes of the key in the projection, where there is one. */
    static KeysAndAttributes withKeys(KeysAndAttributes asked) {
        Set<String> names = new LinkedHashSet<>();
        asked.keys().forEach(key -> names.addAll(key.keySet()));
        if (asked.hasAttributesToGet() && !asked.attributesToGet().isEmpty()) {
            Set<String> attributes = new LinkedHashSet<>(asked.attributesToGet());
            attributes.addAll(names);
            return asked.toBuilder().attributesToGet(attributes).build();
        }
        return asked.projectionExpression() == null ? asked : withKeys(asked, names);
    }

    private static KeysAndAttributes withKeys(KeysAndAttributes asked, Set<String> names) {
        Map<String, String> placeholders = new HashMap<>(asked.expressionAttributeNames());
        StringBuilder projection = new StringBuilder(asked.projectionExpression());
        Set<String> there = new HashSet<>();
        for (String path : asked.projectionExpression().split(",")) {
            String name = path.trim();
            there.add(placeholders.getOrDefault(name, name));
        }
        for (String name : names) {
            if (!there.contains(name)) {
                String placeholder = "#forbear_key" + placeholders.size();
                placeholders.put(placeholder, name);
                projection.append(", ").append(placeholder);
            }
        }
        KeysAndAttributes.Builder changed = asked.toBuilder().projectionExpression(projection.toString());
        return placeholders.isEmpty()
                ? changed.build()
                : changed.expressionAttributeNames(placeholders).build();
    }
}
