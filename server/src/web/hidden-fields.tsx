// The parameters of an address as hidden fields, so that a form keeps them.

/** The fields, without the parameters that the form has fields for. */
export function HiddenFields({
  address,
  except,
}: {
  readonly address: string;
  readonly except: readonly string[];
}) {
  const { searchParams } = new URL(address, 'http://localhost');
  return (
    <>
      {[...searchParams]
        .filter(([name]) => !except.includes(name))
        .map(([name, value], i) => (
          <input key={i} type="hidden" name={name} value={value} />
        ))}
    </>
  );
}
