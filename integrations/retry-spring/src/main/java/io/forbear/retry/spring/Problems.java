package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/** Collects what is wrong with the annotations of an application, so that all of it is told at once. */
final class Problems {

    private final Set<String> lines = new TreeSet<>();

    /** Adds a problem: where it is, what is wrong there, what its value is, and what the value should be. */
    void add(String place, String name, Object value, String expected) {
        lines.add(place + ": " + name + ": " + value + " (expected: " + expected + ")");
    }

    /** Adds what was thrown while something was looked up. */
    void add(String place, String name, RuntimeException thrown) {
        lines.add(place + ": " + name + ": " + thrown.getMessage());
    }

    void addAll(Problems others) {
        lines.addAll(others.lines);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Returns the problems, those of one place together. */
    List<String> lines() {
        return new ArrayList<>(lines);
    }

    void throwIfAny() {
        if (!lines.isEmpty()) {
            throw new InvalidForbearRetryException(lines());
        }
    }

    /** Returns how a method is named in a problem: {@code com.acme.Orders.load(long)}. */
    static String place(Class<?> type, Method method) {
        return type.getName() + "." + signature(method);
    }

    static String signature(Method method) {
        return signature(method.getName(), SuspendFunction.parameters(method));
    }

    static String signature(String method, List<Class<?>> parameters) {
        StringJoiner joiner = new StringJoiner(", ", method + "(", ")");
        parameters.forEach(parameter -> joiner.add(parameter.getSimpleName()));
        return joiner.toString();
    }
}
