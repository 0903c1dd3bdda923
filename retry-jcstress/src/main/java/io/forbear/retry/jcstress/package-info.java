/** Races of the core, one class per part; beside each a mutant without the protection, whose bad outcome is found. */
@NullMarked
package io.forbear.retry.jcstress;

import org.jspecify.annotations.NullMarked;
