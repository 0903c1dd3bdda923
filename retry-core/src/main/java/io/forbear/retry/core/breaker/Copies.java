package io.forbear.retry.core.breaker;

import java.util.Arrays;

/** Copies of small arrays that are shared and never written after they were published. */
final class Copies {

    private Copies() {}

    static <T> T[] with(T[] array, T element) {
        T[] copy = Arrays.copyOf(array, array.length + 1);
        copy[array.length] = element;
        return copy;
    }

    static <T> T[] without(T[] array, int index) {
        T[] copy = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, index + 1, copy, index, copy.length - index);
        return copy;
    }

    /** Returns where the element stands, by identity; -1 where it does not. */
    static <T> int indexOf(T[] array, T element) {
        for (int i = 0; i < array.length; i++) {
            if (array[i] == element) {
                return i;
            }
        }
        return -1;
    }
}
