package io.forbear.retry.lab.storm;

/** Rounds figures for people and files. */
final class Rounded {

    private Rounded() {}

    static double to(int digits, double value) {
        double scale = Math.pow(10, digits);
        return Math.rint(value * scale) / scale;
    }
}
