/** What the user chooses for this tab, each option with its name. The first is what counts until they do. */
export interface Choice<Option extends string = string> {
  names: Readonly<Record<Option, string>>;
  current(): Option;
  /** The client is made once for a page, so another choice is another page. */
  choose(option: Option): void;
  /** Once: this page is here because the user chose, so the focus belongs on what they pressed. */
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
