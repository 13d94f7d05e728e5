export default { build: { rolldownOptions: { input: ["address.html", "beside.html"] } } };
