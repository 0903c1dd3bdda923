/**
 * The command line of the lab. {@link io.forbear.retry.lab.RetryLab} is the door; each command is a class of its own
 * that reads options, lets {@code storm} measure and {@code report} write.
 */
@NullMarked
package io.forbear.retry.lab;

import org.jspecify.annotations.NullMarked;
