/** One choice of the user, for this tab. The first option applies until the user chooses. */
export interface Choice<Option extends string = string> {
  names: Readonly<Record<Option, string>>;
  current(): Option;
  /** Reloads the page, since a page makes its client once. */
  choose(option: Option): void;
  /** True once after a choice has reloaded the page: the focus belongs on the button that was pressed. */
  takeJustChosen(): boolean;
}

export function createChoice<Option extends string>(
  name: string,
  names: Readonly<Record<Option, string>>,
): Choice<Option> {
  const key = `marquee:${name}`;
  const justChosen = `${key}-just-chosen`;
  const options = Object.keys(names) as Option[];
  return {
    names,
    current() {
      const chosen = sessionStorage.getItem(key);
      return options.find((option) => option === chosen) ?? (options[0] as Option);
    },
    choose(option) {
      sessionStorage.setItem(key, option);
      sessionStorage.setItem(justChosen, 'true');
      location.reload();
    },
    takeJustChosen() {
      const wasChosen = sessionStorage.getItem(justChosen) !== null;
      sessionStorage.removeItem(justChosen);
      return wasChosen;
    },
  };
}
