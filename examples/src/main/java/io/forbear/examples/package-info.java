/**
 * Small programs, one for each question of the guide. Begin with {@link io.forbear.examples.FirstCall}. Each has a
 * {@code main} that needs no network and no arguments; a test runs each.
 */
@org.jspecify.annotations.NullMarked
package io.forbear.examples;
