/**
 * Other retry libraries as contenders, each by its own defaults. {@link io.forbear.retry.lab.peers.Peers} is the door;
 * beside it there is one class for each library.
 *
 * <p>A peer has two shells around the real library: one for calls over real HTTP, which is run by the library's own
 * executor, and one for virtual time, which asks the parts that the executor asks. Neither decides anything itself.
 */
@NullMarked
package io.forbear.retry.lab.peers;

import org.jspecify.annotations.NullMarked;
