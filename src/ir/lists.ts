/** The element at an index that is known to be there. */
export function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`there is no element ${index}`);
  return element;
}

/** The last element of a list that is known to have one. */
export function last<T>(list: readonly T[]): T {
  return at(list, list.length - 1);
}
