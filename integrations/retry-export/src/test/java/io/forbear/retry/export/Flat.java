package io.forbear.retry.export;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Maps in maps as one map with dots, as a loader of YAML makes them. */
final class Flat {

    private Flat() {}

    static Map<String, Object> of(Object tree) {
        Map<String, Object> flat = new TreeMap<>();
        put("", tree, flat);
        return flat;
    }

    private static void put(String place, Object value, Map<String, Object> flat) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> put(place.isEmpty() ? String.valueOf(key) : place + "." + key, each, flat));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                put(place + "[" + i + "]", list.get(i), flat);
            }
        } else {
            flat.put(place, value);
        }
    }
}
